"""Add a node and an edge to a networkx graph for each message between users.

Leaks: the graph holds every message there ever was.
"""

import networkx as nx

TRUTH = "leaking"
RATE = None
REQUIRES = ("networkx",)

_graph = nx.DiGraph()


def operation(i):
    _graph.add_edge(i % 50, f"message-{i}", weight=i)  # leaks
    return _graph.degree(i % 50)
