using System;
using System.Collections.Generic;
using System.IO;
using System.Security.Cryptography.X509Certificates;
using PSPairChat.Security;

namespace PSPairChat.Bench;

/// <summary>Measures round trips over TLS against plain TCP and C with OpenSSL.</summary>
internal static class TlsBenchmark
{
    private const int Cpu = 1;
    private const string WarmUp = "60000";
    private const string Count = "20000";
    private const string Size = "32";

    /// <summary>Gets the options of a client of a server that has the same user's key.</summary>
    public static SecureClientOptions ClientOptions => new() { Fingerprint = UserKey.Load().Fingerprint.ToString() };

    public static void Run() => ComparisonRunner.Run("tls", "p50",
    [
        new("engine, plain", () => Measure(EnginePeer.Echo, EnginePeer.Ping)),
        new("engine, TLS", () => Measure(EnginePeer.SecureEcho, EnginePeer.SecurePing)),
        new("engine, TLS, resumable", () => Measure(EnginePeer.SecureEcho, EnginePeer.ResumablePing)),
        new("C, OpenSSL", () => MeasureOpenSsl((pem, program, client) => BenchmarkProcess.Measure(Cpu, [program, "echo", pem], client))),
        new("socat, OpenSSL, client C", () => MeasureOpenSsl((pem, _, client) => BenchmarkProcess.MeasureProgram(
            Cpu, "socat", port => [$"OPENSSL-LISTEN:{port},bind=127.0.0.1,fork,nodelay,verify=0,cert={pem}", "PIPE"], client))),
    ]);

    private static Metrics Measure(string serverRole, string clientRole) => BenchmarkProcess.Measure(
        Cpu, BenchmarkProcess.GetSelfCommand(serverRole), port => BenchmarkProcess.GetSelfCommand(clientRole, port, WarmUp, Count, Size));

    private static Metrics? MeasureOpenSsl(Func<string, string, Func<string, IEnumerable<string>>, Metrics?> measure)
    {
        if (CBaseline.TlsProgram is not { } program)
            return null;
        var pem = Path.GetTempFileName();
        try
        {
            using var certificate = X509CertificateLoader.LoadPkcs12(CertificateFactory.CreatePfx(), null, X509KeyStorageFlags.Exportable);
            File.WriteAllText(pem, $"{certificate.ExportCertificatePem()}\n{certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()}\n");
            return measure(pem, program, port => [program, "ping", port, WarmUp, Count, Size]);
        }
        finally
        {
            File.Delete(pem);
        }
    }
}
