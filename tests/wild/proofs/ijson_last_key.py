import gc, io, tracemalloc
import ijson

key = "x" * 1_000
document = b'{"orders": {"%s": 1}}' % key.encode()
for stretch in range(4):
    for i in range(10_000):
        assert dict(ijson.kvitems(io.BytesIO(document), "")) == {"orders": {key: 1}}
    gc.collect()
    print(ijson.backend, f"{tracemalloc.get_traced_memory()[0] / 1e6:.0f} MB")
    tracemalloc.start()
