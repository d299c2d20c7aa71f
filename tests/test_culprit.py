from find_mem_leaks.culprit import Culprit, Frame


def test_a_culprit_is_where_it_allocates_not_where_it_was_called_from():
    frames = (Frame("append", "blog.py", 14), Frame("operation", "work.py", 3))
    assert Culprit(frames, 1.0, 99.0, None, None).frame is frames[0]


def test_a_frame_is_told_by_its_function_file_and_line():
    assert str(Frame("append", "app/blog.py", 14)) == "append (app/blog.py:14)"
