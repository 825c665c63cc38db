namespace PSPairChat.Unit;

/// <summary>The tests of the dialects of pairs, over TLS.</summary>
public sealed class TlsDialectSessionTests : DialectSessionTests
{
    private protected override TestTransport Transport => TestTransport.Tls;
}
