"""Which TCP ports of an address are looked at.

All of them on loopback, where that takes a second. Elsewhere a silent address costs about two
milliseconds a port, so: the system ports (RFC 6335), the registered ports where servers that
matter to an auditor listen, and every port that any zone of the inventory may expose. A port
outside this list is not looked at: `endpoint.ports` says which ports were asked. UDP is not
scanned: an open UDP port is seldom told from a filtered one, and that takes minutes an address.
"""

from collections.abc import Iterable

from attt.model.inventory import Inventory, PortRange
from attt.model.scan import Literal

_SYSTEM = ((1, 1024),)
_REMOTE_ACCESS = (
    *((1194, 1194), (1494, 1494), (1723, 1723), (1812, 1813), (2022, 2022), (2121, 2121)),
    *((2200, 2200), (2222, 2223), (2323, 2323), (2598, 2598), (3283, 3283), (3388, 3391)),
    *((4118, 4118), (4899, 4899), (5500, 5500), (5631, 5632), (5800, 5803), (5900, 5910)),
    *((5938, 5938), (5985, 5986), (6000, 6010), (6129, 6129), (6568, 6568), (7070, 7070)),
    *((8022, 8022), (8200, 8200), (10022, 10022), (22222, 22222), (47001, 47001), (51820, 51820)),
)
_DATABASES = (
    *((1433, 1434), (1521, 1530), (1583, 1583), (2483, 2484), (3050, 3051), (3306, 3310)),
    *((3351, 3351), (4333, 4333), (5000, 5001), (5432, 5440), (6379, 6390), (6432, 6432)),
    *((7000, 7001), (7199, 7199), (7473, 7474), (7687, 7687), (8086, 8089), (8123, 8123)),
    *((8529, 8529), (9000, 9009), (9042, 9042), (9160, 9160), (9200, 9201), (9300, 9301)),
    *((11211, 11211), (16379, 16379), (26257, 26257), (26379, 26379), (27017, 27020)),
    *((28015, 28017), (33060, 33062), (50000, 50001)),
)
_WEB = (
    *((1080, 1080), (1311, 1311), (3000, 3010), (3128, 3128), (4000, 4001), (4200, 4200)),
    *((4443, 4445), (4567, 4567), (4848, 4848), (5601, 5601), (6443, 6443), (7002, 7010)),
    *((7080, 7080), (7443, 7443), (7777, 7780), (8000, 8021), (8069, 8072), (8080, 8085)),
    *((8090, 8100), (8161, 8161), (8180, 8184), (8280, 8280), (8333, 8333), (8443, 8448)),
    *((8500, 8503), (8530, 8531), (8686, 8686), (8800, 8800), (8834, 8834), (8880, 8890)),
    *((9043, 9043), (9060, 9060), (9080, 9100), (9443, 9445), (9800, 9800), (9990, 9999)),
    *((10000, 10010), (10443, 10443), (18080, 18080), (18443, 18443), (20000, 20000)),
)
_OPERATIONS = (
    *((1098, 1100), (1883, 1883), (2000, 2003), (2049, 2049), (2181, 2181), (2375, 2380)),
    *((2888, 2888), (3260, 3260), (3268, 3269), (3888, 3888), (4150, 4151), (4222, 4222)),
    *((4369, 4369), (4505, 4506), (4646, 4648), (5005, 5005), (5044, 5044), (5060, 5062)),
    *((5222, 5223), (5269, 5269), (5353, 5357), (5555, 5556), (5666, 5667), (5671, 5672)),
    *((5858, 5858), (6123, 6123), (6514, 6514), (6556, 6556), (6650, 6650), (6667, 6667)),
    *((7077, 7077), (8140, 8140), (8300, 8302), (8400, 8400), (8649, 8649), (8883, 8883)),
    *((9091, 9094), (9101, 9105), (9115, 9115), (9229, 9229), (9418, 9418), (9500, 9500)),
    *((9876, 9876), (10050, 10051), (10248, 10259), (11434, 11434), (15672, 15672)),
    *((16509, 16514), (24007, 24009), (25672, 25672), (30000, 30010), (32764, 32780)),
    *((49152, 49170), (50070, 50075), (61616, 61616), (61613, 61614)),
)
_CONTROL_AND_CAMERAS = (
    *((1089, 1091), (1962, 1962), (2404, 2404), (4840, 4840), (4911, 4911), (9600, 9600)),
    *((20547, 20547), (34567, 34567), (34962, 34964), (37777, 37778), (44818, 44818)),
    *((47808, 47808), (55443, 55443)),
)
_BACK_DOORS = ((1337, 1337), (4444, 4444), (6666, 6669), (12345, 12346), (31337, 31337))
_CHOSEN = (
    *_SYSTEM,
    *_REMOTE_ACCESS,
    *_DATABASES,
    *_WEB,
    *_OPERATIONS,
    *_CONTROL_AND_CAMERAS,
    *_BACK_DOORS,
)
_WIDEST_EXPOSURE = 256  # a wider exposed range is an allowance, not a list of services to look for


def ports_of(address: Literal, inventory: Inventory) -> str:
    """Nmap's port text for one address: "T:" and sorted, merged ranges."""
    chosen = ((1, 65535),) if address.is_loopback else (*_CHOSEN, *_exposed(inventory))
    merged = _merged(chosen)
    return "T:" + ",".join(str(a) if a == b else f"{a}-{b}" for a, b in merged)


def _exposed(inventory: Inventory) -> list[tuple[int, int]]:
    services = (s for z in inventory.zones.values() for e in z.expose for s in e.services)
    return [(max(s.first, 1), s.last) for s in services if _is_named(s)]


def _is_named(service: PortRange) -> bool:
    is_tcp = service.protocol in ("tcp", "any")
    return is_tcp and service.last > 0 and service.last - service.first < _WIDEST_EXPOSURE


def _merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged
