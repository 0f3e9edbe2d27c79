"""The network scan: approved literals in, one `ScanEvidence` each out. Nothing is judged here."""

from attt.collect.scan.batches import Observer, Quiet, scan
from attt.collect.scan.nmap import Nmap, Output, Scanner

__all__ = ["Nmap", "Observer", "Output", "Quiet", "Scanner", "scan"]
