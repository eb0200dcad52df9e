"""A stand-in of a company's regional endpoints on loopback, for the example and for tests.

One HTTP and one TLS port, told apart by host: `<service>.<region>.<company>`. It behaves as a small table
says: healthy, slow, in the wrong region, failing, with a certificate about to expire, or not there at all.
"""
