"""Make a tracer provider with a batch processor, trace one span with it, and shut it down.

Leaks: the provider and the processor each register a function to be called after a fork, which Python never forgets.
"""

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

TRUTH = "leaking"
RATE = 1_642.0
REQUIRES = ("opentelemetry-sdk==1.45.2",)
HOLDER = "C code"


def operation(i):
    provider = TracerProvider()  # leaks
    provider.add_span_processor(BatchSpanProcessor(InMemorySpanExporter()))  # leaks
    provider.get_tracer("service").start_span("request").end()
    provider.shutdown()
