using System;
using System.Collections;
using System.Collections.Generic;
using System.Net.Security;

namespace PSPairChat.Connections;

/// <summary>
/// The protocol name of this program, which both ends offer in the TLS handshake (ALPN, RFC 7301), and by which they recognize each other. Other programs ignore it.
/// It is reached by reflection, because it is not in the reference assemblies of netstandard2.0; a runtime without it offers no name.
/// </summary>
internal static class ApplicationProtocol
{
    private const string Name = "pairchat/1";

    private static readonly Type? NameType = Type.GetType("System.Net.Security.SslApplicationProtocol, System.Net.Security");
    private static readonly Func<SslStream, object?>? GetNegotiated = typeof(SslStream).GetProperty("NegotiatedApplicationProtocol") is { } property ? property.GetValue : null;

    /// <summary>Offers the name.</summary>
    /// <param name="options">The options of the handshake.</param>
    public static void Offer(object options)
    {
        if (NameType is null || options.GetType().GetProperty("ApplicationProtocols") is not { } property)
            return;
        var names = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(NameType))!;
        names.Add(Activator.CreateInstance(NameType, Name));
        property.SetValue(options, names);
    }

    /// <summary>Gets whether the peer is this program, too.</summary>
    public static bool IsNegotiated(SslStream stream) => GetNegotiated?.Invoke(stream)?.ToString() == Name;
}
