"""An SMTP server that wants TLS and a sign-in, and keeps what it takes: aiosmtpd, from Debian's python3-aiosmtpd.

Arguments: port, security (none, ssl or tls, in Moodle's words), certificate, key, user, password, folder. Each mail becomes a file:
its envelope and how it came as the first line (JSON), then the message.
"""
import asyncio
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

port, security, certificate, key, user, password, folder = sys.argv[1:]


class Kept:
    count = 0

    async def handle_DATA(self, server, session, envelope):
        Kept.count += 1
        head = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": server.transport.get_extra_info("cipher") is not None,
            "authenticated": session.authenticated,
        }
        path = os.path.join(folder, f"{Kept.count:03}")
        with open(path + ".part", "wb") as file:
            file.write(json.dumps(head).encode() + b"\n" + envelope.content)
        os.rename(path + ".part", path)
        return "250 kept"


def sign_in(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (user.encode(), password.encode())
    # Not handled: aiosmtpd answers 535 itself.
    return AuthResult(success=good, handled=False)


context = None
if security != "none":
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)


def session():
    return SMTP(
        Kept(),
        tls_context=context if security == "tls" else None,
        require_starttls=security == "tls",
        auth_required=user != "",
        # aiosmtpd takes TLS from the first byte for none.
        auth_require_tls=security == "tls",
        authenticator=sign_in,
    )


async def main():
    server = await asyncio.get_running_loop().create_server(
        session, "127.0.0.1", int(port), ssl=context if security == "ssl" else None
    )
    async with server:
        await server.serve_forever()


asyncio.run(main())
