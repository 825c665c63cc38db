using System;
using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;

namespace PSPairChat.Connections;

/// <summary>
/// A certificate with its private key, prepared for many handshakes. Trust comes from fingerprints, so no chain of certificates is built where the runtime
/// permits that: its option types are not in netstandard2.0, and are reached by reflection.
/// </summary>
internal sealed class TlsCredentials
{
    /// <summary>The protocol versions to offer: those of the system, except where that would be old ones.</summary>
    public static readonly SslProtocols Protocols =
        RuntimeInformation.FrameworkDescription.StartsWith(".NET Framework", StringComparison.Ordinal) ? SslProtocols.Tls12 : SslProtocols.None;

    private static readonly Type? ServerOptionsType = Type.GetType("System.Net.Security.SslServerAuthenticationOptions, System.Net.Security");
    private static readonly Type? ClientOptionsType = Type.GetType("System.Net.Security.SslClientAuthenticationOptions, System.Net.Security");
    private static readonly Type? ContextType = Type.GetType("System.Net.Security.SslStreamCertificateContext, System.Net.Security");

    private readonly object? _context;
    private readonly object? _serverOptions;

    public TlsCredentials(X509Certificate2 certificate)
    {
        Certificate = certificate;
        _context = ContextType?.GetMethod("Create", [typeof(X509Certificate2), typeof(X509Certificate2Collection), typeof(bool)])?.Invoke(null, [certificate, null, true]);
        _serverOptions = _context is null ? null : CreateServerOptions(_context);
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>Starts the server's handshake, which asks the client for a certificate.</summary>
    public Task AuthenticateAsServer(SslStream stream) =>
        ServerOptionsType is { } type && _serverOptions is not null
            ? (Task)typeof(SslStream).GetMethod("AuthenticateAsServerAsync", [type, typeof(CancellationToken)])!.Invoke(stream, [_serverOptions, CancellationToken.None])!
            : stream.AuthenticateAsServerAsync(Certificate, clientCertificateRequired: true, Protocols, checkCertificateRevocation: false);

    /// <summary>Starts the client's handshake.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="hostName">The server's name, for SNI.</param>
    public Task AuthenticateAsClient(SslStream stream, string hostName) =>
        ClientOptionsType is { } type && _context is not null && CreateClientOptions(hostName, _context) is { } options
            ? (Task)typeof(SslStream).GetMethod("AuthenticateAsClientAsync", [type, typeof(CancellationToken)])!.Invoke(stream, [options, CancellationToken.None])!
            : stream.AuthenticateAsClientAsync(hostName, [Certificate], Protocols, checkCertificateRevocation: false);

    private static object? CreateServerOptions(object context)
    {
        if (ServerOptionsType?.GetProperty("CertificateChainPolicy") is not { } chainPolicy)
            return null;
        var options = Activator.CreateInstance(ServerOptionsType)!;
        chainPolicy.SetValue(options, CreateChainPolicy());
        ServerOptionsType.GetProperty("ServerCertificateContext")!.SetValue(options, context);
        ServerOptionsType.GetProperty("ClientCertificateRequired")!.SetValue(options, true);
        ApplicationProtocol.Offer(options);
        return options;
    }

    // A session is never resumed, so that each connection verifies the server's key.
    private static object? CreateClientOptions(string hostName, object context)
    {
        if (ClientOptionsType?.GetProperty("ClientCertificateContext") is not { } certificateContext)
            return null;
        var options = Activator.CreateInstance(ClientOptionsType)!;
        certificateContext.SetValue(options, context);
        ClientOptionsType.GetProperty("CertificateChainPolicy")!.SetValue(options, CreateChainPolicy());
        ClientOptionsType.GetProperty("TargetHost")!.SetValue(options, hostName);
        ClientOptionsType.GetProperty("AllowTlsResume")!.SetValue(options, false);
        ApplicationProtocol.Offer(options);
        return options;
    }

    // With a root store of its own, which is empty, the runtime does not read the system's for each connection.
    private static X509ChainPolicy CreateChainPolicy()
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        if (typeof(X509ChainPolicy).GetProperty("TrustMode") is { } trustMode)
            trustMode.SetValue(policy, Enum.ToObject(trustMode.PropertyType, 1));       // CustomRootTrust
        typeof(X509ChainPolicy).GetProperty("DisableCertificateDownloads")?.SetValue(policy, true);
        return policy;
    }
}
