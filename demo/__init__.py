"""The stage: the cards of the demo county, the scripted journey, all parts as processes."""
