"""Trace each operation with OpenTelemetry into memory and clear the exporter every 512 spans.

Does not leak: a saw with teeth of 512 spans.
"""

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("opentelemetry-sdk",)

_exporter = InMemorySpanExporter()
_provider = TracerProvider()
_provider.add_span_processor(SimpleSpanProcessor(_exporter))
_tracer = _provider.get_tracer("shop")


def operation(i):
    with _tracer.start_as_current_span("order") as span:
        span.set_attribute("number", i)
    if i % 512 == 511:
        _exporter.clear()
