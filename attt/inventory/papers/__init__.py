"""Papers that an inventory names: dossiers, approvals, plans, measures, attestations."""
