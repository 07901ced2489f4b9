def uninstall_hook(env):
    """Put every project back on a stock stage, delete the lifecycle stages, restore the stage feature."""
    env["project.lifecycle"]._leave_database()
