import tracemalloc
import blinker

signal = blinker.Signal()
for stretch in range(4):
    for i in range(10_000):
        with signal.connected_to(print, sender=f"room-{stretch}-{i}"):
            pass
    size = tracemalloc.get_traced_memory()[0]
    print(len(signal.receivers), "receivers,", len(signal._by_sender), "senders,", size, "bytes")
    tracemalloc.start()
