using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using PSPairChat.Security;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Other programs with TLS as clients of a secure server, and as servers of a secure client.</summary>
[Collection("The keys that the user trusts")]
public sealed class OtherTlsProgramTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private readonly string _folder = Directory.CreateTempSubdirectory("pairchat-tls-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [NeedsToolTheory("openssl")]
    [InlineData("openssl s_client -quiet -connect 127.0.0.1:{0} -tls1_3")]
    [InlineData("openssl s_client -quiet -connect 127.0.0.1:{0} -tls1_2")]
    public void OpenSsl_is_a_client(string command) => AssertClient(command);

    [NeedsToolFact("ncat")]
    public void Ncat_is_a_client() => AssertClient("ncat --ssl 127.0.0.1 {0}");

    [NeedsToolFact("socat")]
    public void Socat_is_a_client() => AssertClient("socat - OPENSSL:127.0.0.1:{0},verify=0");

    [NeedsToolFact("openssl")]
    public void OpenSsl_is_a_server() => AssertServer("openssl s_server -quiet -accept 127.0.0.1:{0} -cert {1} -key {1}");

    [NeedsToolFact("ncat")]
    public void Ncat_is_a_server() => AssertServer("ncat -l 127.0.0.1 {0} --ssl --ssl-cert {1} --ssl-key {1}");

    [NeedsToolFact("socat")]
    public void Socat_is_a_server() => AssertServer("socat - OPENSSL-LISTEN:{0},bind=127.0.0.1,cert={1},key={1},verify=0");

    [NeedsToolTheory("openssl")]
    [InlineData("-tls1", "ALL:@SECLEVEL=0")]
    [InlineData("-tls1_1", "ALL:@SECLEVEL=0")]
    [InlineData("-tls1_2", "aNULL:eNULL:@SECLEVEL=0")]
    [InlineData("-tls1_2", "RC4:3DES:@SECLEVEL=0")]
    public void Old_protocols_and_weak_suites_are_refused(string version, string suites)
    {
        using var server = StartServer();
        using var client = ConsoleProgram.StartShell($"openssl s_client -connect 127.0.0.1:{server.Port} {version} -cipher '{suites}' 2>&1", "");
        var (code, output) = ConsoleProgram.WaitForExit(client);
        Assert.NotEqual(0, code);
        Assert.DoesNotContain("BEGIN CERTIFICATE", output, StringComparison.Ordinal);
        Assert.Null(server.Peer);
    }

    private static ServerSession StartServer() => ServerSession.Start(
        0, new ChatOptions { Handle = "HostA", SecureServer = new SecureServerOptions { AllowAnonymous = true } }, IPAddress.Loopback);

    private static void AssertClient(string command)
    {
        using var server = StartServer();
        using var client = ConsoleProgram.StartShell(string.Format(CultureInfo.InvariantCulture, "exec " + command + " 2>/dev/null", server.Port), null);
        try
        {
            client.StandardInput.Write("Chris> hello\n");
            client.StandardInput.Flush();
            Assert.Equal("Chris> hello", server.Receive(Timeout)!.ToString());
            Assert.Equal(ChatTrust.Anonymous, server.Security!.Trust);
            server.Send("answer");
            Assert.Equal("HostA> answer", client.StandardOutput.ReadLine());
        }
        finally
        {
            client.Kill();
        }
    }

    private void AssertServer(string command)
    {
        var pem = Path.Combine(_folder, "server.pem");
        using var certificate = X509CertificateLoader.LoadPkcs12(CertificateFactory.CreatePfx(), null, X509KeyStorageFlags.Exportable);
        File.WriteAllText(pem, certificate.ExportCertificatePem() + "\n" + certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem() + "\n");
        var fingerprint = KeyFingerprint.FromCertificate(certificate.RawData).ToString();
        var port = Random.Shared.Next(20_000, 30_000);
        using var server = ConsoleProgram.StartShell(string.Format(CultureInfo.InvariantCulture, "exec " + command + " 2>/dev/null", port, pem), null);
        try
        {
            using var client = Connect(port, new SecureClientOptions { Fingerprint = fingerprint });
            client.Send("hello");
            Assert.Equal("Chris> hello", server.StandardOutput.ReadLine());
            server.StandardInput.Write("answer\n");
            server.StandardInput.Flush();
            Assert.Equal("answer", client.Receive(Timeout)!.Text);
            Assert.Equal((ChatTrust.Fingerprint, fingerprint), (client.Security!.Trust, client.Security.PeerFingerprint));
        }
        finally
        {
            server.Kill();
        }
    }

    // Until the program listens.
    private static ClientSession Connect(int port, SecureClientOptions options)
    {
        for (var watch = Stopwatch.StartNew(); ; Thread.Sleep(50))
        {
            try
            {
                return ClientSession.Connect("127.0.0.1", port, new ChatOptions { Handle = "Chris", SecureClient = options }, Timeout);
            }
            catch (ChatException e) when (e.Reason == ChatErrorReason.ConnectFailed && watch.Elapsed < Timeout)
            {
                // Not yet.
            }
        }
    }
}
