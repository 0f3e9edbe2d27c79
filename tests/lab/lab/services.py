"""The services that the breakages of group `services` are about, set well on any host that has them."""

from lab.cases import FOLDER, GROUPS
from lab.host import LabHost


def serve(host: LabHost, *names: str) -> None:
    """Run scripts of the group, by what follows their number: `web`, `databases`, `servers`."""
    folder = FOLDER / GROUPS / "services"
    for name in names:
        (script,) = folder.glob(f"[0-9][0-9]-{name}.sh")
        host.run(script.read_text(encoding="utf-8"), timeout_s=120)
