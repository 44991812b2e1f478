"""Would this reply let an agent do something that cannot be taken back, costs, is seen by others, or opens a door?"""

from clone_mcp.prediction.consequence.findings import Consequence, Finding
from clone_mcp.prediction.consequence.gate import consequences

__all__ = ["Consequence", "Finding", "consequences"]
