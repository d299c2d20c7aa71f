import gc, tracemalloc
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

for stretch in range(4):
    for i in range(500):
        provider = TracerProvider()
        provider.add_span_processor(BatchSpanProcessor(InMemorySpanExporter()))
        provider.shutdown()
    del provider
    gc.collect()
    functions = [each for each in gc.get_objects() if getattr(each, "__name__", "") == "_after_in_child"]
    print(len(functions), "functions,", tracemalloc.get_traced_memory()[0], "bytes")
    tracemalloc.start()
