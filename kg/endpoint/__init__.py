"""The graph for any SPARQL client: the SPARQL 1.1 Protocol for questions, each asked in a process that can be ended."""
