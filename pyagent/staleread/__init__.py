"""The agent of staleread: writes down what an asyncio program's tasks do to shared state."""

__version__ = "0.1.0"
