namespace PSPairChat.Unit;

/// <summary>The tests of the members of rooms, over TLS.</summary>
public sealed class TlsRoomMemberSessionTests : RoomMemberSessionTests
{
    private protected override TestTransport Transport => TestTransport.Tls;
}
