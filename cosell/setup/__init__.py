"""What a partner does once: the HubSpot app, the portal's properties and pipeline, a field mapping of their own."""
