"""Trace each operation with OpenTelemetry and an exporter that keeps spans in memory.

Leaks: the in-memory exporter, meant for tests, is never cleared.
"""

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

TRUTH = "leaking"
RATE = 2820.0
REQUIRES = ("opentelemetry-sdk",)

_provider = TracerProvider()
_provider.add_span_processor(SimpleSpanProcessor(InMemorySpanExporter()))
_tracer = _provider.get_tracer("shop")


def operation(i):
    with _tracer.start_as_current_span("order") as span:  # leaks
        span.set_attribute("number", i)
