"""Real booted Debian hosts for tests: `lab.session.Lab` makes them, `lab.host.LabHost` is one."""
