"""What people see: pages, tables to download, JSON."""
