"""attt: audits information systems by security level, from real hosts to a Vietnamese report."""

__version__ = "0.1.0"
