import plugin_overhead


def test_pairs_are_compared_pair_by_pair():
    line = plugin_overhead.line("on the clock", [(0.3, 0.302), (0.5, 0.503), (0.4, 0.41)])
    assert line == "on the clock: 400 ms without the plugin, 410 ms with it; in a pair +3.0 ms (median)"
