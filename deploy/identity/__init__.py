"""Signing in: who a person is, in which agency, with which roles; and the sessions of their browsers.

A process of its own, the only one that keeps accounts, passwords and sessions. It is an OpenID Connect client of
whatever provider an agency has, and a provider itself for agencies that have none. The proxy asks it who a cookie
belongs to and hands the services the token they know already; they know no other caller (ADR 0018).

It says nothing in Kafka, and no service asks it anything.
"""
