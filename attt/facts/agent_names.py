"""Processes of well-known agents, with the services that start them (as of November 2026).

Only to notice an agent that runs outside every service of the host, such as in a container. The
kernel keeps 15 characters of a process's name. Sources: the makers' own documentation.
"""

from collections.abc import Mapping

SERVICES_OF: Mapping[str, tuple[str, ...]] = {
    "clamd": ("clamav-daemon", "clamd@scan", "clamd", "clamd@amavisd"),
    "clamonacc": ("clamav-clamonacc", "clamonacc"),
    "falcon-sensor": ("falcon-sensor",),
    "wdavdaemon": ("mdatp",),
    "kesl": ("kesl", "kesl-supervisor"),
    "ds_agent": ("ds_agent",),
    "wazuh-agentd": ("wazuh-agent", "wazuh-manager"),
    "elastic-endpoin": ("ElasticEndpoint", "elastic-agent"),
    "elastic-agent": ("elastic-agent",),
    "osqueryd": ("osqueryd",),
    "auditbeat": ("auditbeat",),
    "metricbeat": ("metricbeat",),
    "sysmon": ("sysmon",),
    "falco": ("falco", "falco-modern-bpf", "falco-bpf", "falco-kmod"),
    "tetragon": ("tetragon",),
    "fail2ban-server": ("fail2ban",),
    "crowdsec": ("crowdsec",),
    "suricata": ("suricata",),
    "snort": ("snort", "snort3"),
    "node_exporter": ("node_exporter", "prometheus-node-exporter"),
    "prometheus-node": ("prometheus-node-exporter", "node_exporter"),
    "zabbix_agentd": ("zabbix-agent",),
    "zabbix_agent2": ("zabbix-agent2",),
    "telegraf": ("telegraf",),
    "netdata": ("netdata",),
    "collectd": ("collectd",),
    "alloy": ("alloy",),
    "otelcol": ("otelcol",),
    "otelcol-contrib": ("otelcol-contrib",),
}
