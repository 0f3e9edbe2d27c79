"""A security archive that holds nothing newer, signed, so that apt has lists where no network is.

The key was made for this and thrown away: nothing else can ever be signed with it.
"""

FOLDER = "/srv/lab-security"
_KEY = """-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEauaBABYJKwYBBAHaRw8BAQdAusGsMLBqbWpaWEqXzRAlL/ixXDmQ669xIDZI
dOm9Bo20EGF0dHQgbGFiIGFyY2hpdmWIkAQTFggAOBYhBAfMcl/vkzz8W7loLOBZ
s6njzAx+BQJq5oEAAhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4BAheAAAoJEOBZs6nj
zAx+efQA/jfOkLQgotpEjR0PJEWPVYofP7I2TdOmEjrKnlZNVX1zAP9FB3qn917B
IKFEdXsV+tjuxB2JmfA87IcXy93Enbq9Dg==
=PoKn
-----END PGP PUBLIC KEY BLOCK-----
"""
_RELEASE = """-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA512

Origin: Debian
Label: Debian-Security
Suite: stable-security
Codename: lab-security
Date: Sun, 01 Nov 2026 00:00:00 UTC
Architectures: amd64 arm64
Components: main
SHA256:
 12900d9ee8d43f47cedefb709fccfb9adc2192c73ba6704528398c8f9c6407c9 253 Packages
-----BEGIN PGP SIGNATURE-----

iHUEARYKAB0WIQQHzHJf75M8/Fu5aCzgWbOp48wMfgUCauaBAAAKCRDgWbOp48wM
fpKpAQCqoJEGkIZ0XIQlgzVrFP0EfBip6SCwQONI8/z3Q1uWiAEAjuhgfZ4CwF43
ekR40E6XTUJQGABcR4FZeF+bCY7ESwU=
=BLey
-----END PGP SIGNATURE-----
"""
_PACKAGES = """Package: attt-lab-nothing
Version: 1
Architecture: all
Maintainer: Lab <lab@example.org>
Filename: ./attt-lab-nothing_1_all.deb
Size: 1
SHA256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
Description: a package that nobody installs
"""
FILES = {
    "/etc/apt/keyrings/lab.asc": _KEY,
    f"{FOLDER}/InRelease": _RELEASE,
    f"{FOLDER}/Packages": _PACKAGES,
}
SOURCE = f"deb [signed-by=/etc/apt/keyrings/lab.asc] file:{FOLDER} ./\n"
