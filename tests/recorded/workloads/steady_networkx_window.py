"""Add each message to a networkx graph and remove the one that came 1500 before it.

Does not leak: the graph has at most 1500 messages.
"""

import networkx as nx

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("networkx",)

_graph = nx.DiGraph()


def operation(i):
    _graph.add_edge(i % 50, ("message", i), weight=i)
    if i >= 1500:
        _graph.remove_node(("message", i - 1500))
    return _graph.degree(i % 50)
