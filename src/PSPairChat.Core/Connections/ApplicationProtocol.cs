using System;
using System.Collections;
using System.Collections.Generic;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;

namespace PSPairChat.Connections;

/// <summary>
/// Starts TLS handshakes in which both ends offer the protocol name of this program (ALPN, RFC 7301), by which they recognize each other. Other programs ignore it.
/// It is reached by reflection, because it is not in the reference assemblies of netstandard2.0; a runtime without it offers no name.
/// </summary>
internal static class ApplicationProtocol
{
    private const string Name = "pairchat/1";

    private static readonly Type? ClientOptions = GetType("SslClientAuthenticationOptions");
    private static readonly Type? ServerOptions = GetType("SslServerAuthenticationOptions");
    private static readonly Func<SslStream, object?>? GetNegotiated = typeof(SslStream).GetProperty("NegotiatedApplicationProtocol") is { } property ? property.GetValue : null;

    /// <summary>Starts the client's handshake.</summary>
    public static Task AuthenticateAsClient(SslStream stream, string hostName, X509CertificateCollection certificates, SslProtocols protocols) => ClientOptions is null
        ? stream.AuthenticateAsClientAsync(hostName, certificates, protocols, checkCertificateRevocation: false)
        : Authenticate(stream, nameof(SslStream.AuthenticateAsClientAsync), ClientOptions, new()
        {
            ["TargetHost"] = hostName, ["ClientCertificates"] = certificates, ["EnabledSslProtocols"] = protocols,
        });

    /// <summary>Starts the server's handshake.</summary>
    public static Task AuthenticateAsServer(SslStream stream, X509Certificate2 certificate, SslProtocols protocols) => ServerOptions is null
        ? stream.AuthenticateAsServerAsync(certificate, clientCertificateRequired: true, protocols, checkCertificateRevocation: false)
        : Authenticate(stream, nameof(SslStream.AuthenticateAsServerAsync), ServerOptions, new()
        {
            ["ServerCertificate"] = certificate, ["ClientCertificateRequired"] = true, ["EnabledSslProtocols"] = protocols,
        });

    /// <summary>Gets whether the peer is this program, too.</summary>
    public static bool IsNegotiated(SslStream stream) => GetNegotiated?.Invoke(stream)?.ToString() == Name;

    private static Type? GetType(string name) => typeof(SslStream).Assembly.GetType("System.Net.Security." + name);

    private static Task Authenticate(SslStream stream, string method, Type optionsType, Dictionary<string, object> values)
    {
        var name = GetType("SslApplicationProtocol")!;
        var names = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(name))!;
        names.Add(Activator.CreateInstance(name, Name));
        values["ApplicationProtocols"] = names;
        var options = Activator.CreateInstance(optionsType)!;
        foreach (var value in values)
            optionsType.GetProperty(value.Key)!.SetValue(options, value.Value);
        return (Task)typeof(SslStream).GetMethod(method, [optionsType, typeof(CancellationToken)])!.Invoke(stream, [options, CancellationToken.None])!;
    }
}
