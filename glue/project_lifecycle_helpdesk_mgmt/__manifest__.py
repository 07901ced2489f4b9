{
    "name": "Project Lifecycle: Helpdesk",
    "summary": "Tickets of OCA's helpdesk on the projects of a lifecycle, with consent for the time they take",
    "version": "19.0.1.0.0",
    "category": "Services/Project",
    "author": "Project Lifecycle maintainers",
    "license": "AGPL-3",
    "depends": ["helpdesk_mgmt_project", "project_lifecycle"],
    "auto_install": True,
}
