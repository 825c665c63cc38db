using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using PSPairChat.Backplane;

namespace PSPairChat.Unit;

/// <summary>A Redis server in a process of its own, with a folder of its own.</summary>
internal sealed class RedisServer : IDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("pairchat-redis-").FullName;
    private readonly string[] _options;
    private Process _process;

    private RedisServer(string[] options)
    {
        _options = options;
        _process = StartOnFreePort();
    }

    /// <summary>Gets the port.</summary>
    public int Port { get; private set; }

    /// <summary>Gets the URL for <see cref="RoomOptions.Backplane"/>.</summary>
    public string Url => $"redis://127.0.0.1:{Port}";

    /// <summary>Starts a server.</summary>
    /// <param name="options">Options such as <c>--appendonly yes</c>.</param>
    public static RedisServer Start(params string[] options) => new(options);

    /// <summary>Kills the server. It keeps what it has written to its files.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>Starts the server that was killed on the same port.</summary>
    public void Restart()
    {
        var clock = Stopwatch.StartNew();
        do
        {
            _process = StartProcess(Port);
        }
        while (!IsReady(_process) && clock.Elapsed < StartTimeout);
    }

    /// <summary>Stops or continues the process: SIGSTOP or SIGCONT.</summary>
    public void Signal(string name) => ConsoleProgram.Signal(_process, name);

    /// <summary>Executes one command.</summary>
    public RespReply Execute(params string[] arguments)
    {
        using var connection = RedisConnection.Connect(RedisUri.Parse(Url), null, CancellationToken.None);
        return connection.Execute(new RespCommands().Add(arguments))[0];
    }

    /// <summary>Accepts TLS connections on another port, with a certificate that nobody trusts.</summary>
    /// <returns>The fingerprint of the certificate.</returns>
    public string EnableTls(out int port)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=redis", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(_folder, "redis.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "redis.key"), key.ExportPkcs8PrivateKeyPem());
        RespReply reply;
        do
        {
            port = Random.Shared.Next(20_000, 30_000);
            reply = Execute("CONFIG", "SET", "tls-auth-clients", "no", "tls-cert-file", Path.Combine(_folder, "redis.crt"),
                "tls-key-file", Path.Combine(_folder, "redis.key"), "tls-port", port.ToString(CultureInfo.InvariantCulture));
        }
        while (reply.IsError && reply.Text!.Contains("listen", StringComparison.OrdinalIgnoreCase));
        reply.ThrowIfError();
        return "SHA256:" + Convert.ToBase64String(SHA256.HashData(certificate.RawData)).TrimEnd('=');
    }

    public void Dispose()
    {
        Kill();
        Directory.Delete(_folder, recursive: true);
    }

    // redis-server cannot select a free port: another one is tried if this one is taken.
    private Process StartOnFreePort()
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < StartTimeout)
        {
            Port = Random.Shared.Next(20_000, 30_000);
            var process = StartProcess(Port);
            if (IsReady(process))
                return process;
            process.Dispose();
        }
        throw new InvalidOperationException("redis-server did not start.");
    }

    private Process StartProcess(int port)
    {
        var arguments = new List<string> { "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--dir", _folder };
        foreach (var option in _options)
            arguments.AddRange(option.Split(' ', 2));
        var process = Process.Start(new ProcessStartInfo("redis-server", arguments) { RedirectStandardOutput = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    private bool IsReady(Process process)
    {
        var ready = SpinWait.SpinUntil(() => process.HasExited || Responds(), StartTimeout);
        return ready && !process.HasExited;
    }

    // It may require a password, and it may have to load its files first.
    private bool Responds()
    {
        try
        {
            return Execute("PING") is { IsError: false } or { Text: ['N', 'O', 'A', 'U', 'T', 'H', ..] };
        }
        catch (Exception e) when (RedisConnection.IsFailure(e))
        {
            Thread.Yield();
            return e is RedisException && e.Message.StartsWith("NOAUTH", StringComparison.Ordinal);
        }
    }
}
