"""The explorer: the graph as pages that a server answers with, or that lie in a folder."""
