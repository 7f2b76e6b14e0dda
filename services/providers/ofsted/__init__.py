"""Ofsted's list of providers as it is sent: read whole, checked whole, before anything is written down."""
