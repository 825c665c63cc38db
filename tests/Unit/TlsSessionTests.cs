namespace PSPairChat.Unit;

/// <summary>The tests of the sessions of a pair, over TLS.</summary>
public sealed class TlsSessionTests : SessionTests
{
    private protected override TestTransport Transport => TestTransport.Tls;
}
