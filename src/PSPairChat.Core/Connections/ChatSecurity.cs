using System;
using System.Security.Authentication;
using PSPairChat.Connections;

namespace PSPairChat;

/// <summary>How a secure session is protected.</summary>
public sealed class ChatSecurity
{
    private readonly string _peer;

    private ChatSecurity(string peer, string protocol, string cipherSuite, string? peerFingerprint, ChatTrust trust)
    {
        _peer = peer;
        Protocol = protocol;
        CipherSuite = cipherSuite;
        PeerFingerprint = peerFingerprint;
        Trust = trust;
    }

    /// <summary>Gets the protocol, such as <c>TLS 1.3</c>.</summary>
    public string Protocol { get; }

    /// <summary>Gets the name of the cipher suite.</summary>
    public string CipherSuite { get; }

    /// <summary>Gets the SHA-256 fingerprint of the peer's certificate; null if the peer has none.</summary>
    public string? PeerFingerprint { get; }

    /// <summary>Gets why the peer is trusted.</summary>
    public ChatTrust Trust { get; }

    /// <summary>Gets a value that indicates whether the session survives the loss of its connection, because both ends can resume it.</summary>
    public bool CanResume { get; internal set; }

    internal static ChatSecurity Create(bool isClient, TlsEngine engine, string? peerFingerprint, ChatTrust trust) =>
        new(isClient ? "server" : "client", FormatProtocol(engine.Protocol), FormatCipherSuite(engine), peerFingerprint, trust);

    /// <summary>Returns one line, such as <c>Encrypted (TLS 1.3), server key SHA256:... (invite)</c>.</summary>
    public override string ToString()
    {
        var key = PeerFingerprint is null ? $"{_peer} without a key" : $"{_peer} key {PeerFingerprint}";
        return $"Encrypted ({Protocol}), {key} ({FormatTrust()})";
    }

    private string FormatTrust() => Trust switch
    {
        ChatTrust.Anonymous => "anonymous",
        ChatTrust.Invite => "invite",
        ChatTrust.KnownHost => "known host",
        ChatTrust.NewKey => "new key",
        ChatTrust.Fingerprint => "fingerprint",
        _ => "trusted key",
    };

    private static string FormatProtocol(SslProtocols protocol) => (int)protocol switch
    {
        0xC00 => "TLS 1.2",
        0x3000 => "TLS 1.3",
        _ => protocol.ToString(),
    };

    // The suite's name is not in the reference assemblies of netstandard2.0.
    private static string FormatCipherSuite(TlsEngine engine) =>
        typeof(System.Net.Security.SslStream).GetProperty("NegotiatedCipherSuite")?.GetValue(engine.Stream)?.ToString()
            ?? FormattableString.Invariant($"{engine.Stream.CipherAlgorithm}-{engine.Stream.CipherStrength}");
}
