namespace PSPairChat.Unit;

/// <summary>The tests of rooms, over TLS.</summary>
public sealed class TlsRoomSessionTests : RoomSessionTests
{
    private protected override TestTransport Transport => TestTransport.Tls;
}
