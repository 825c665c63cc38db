using System;
using System.Diagnostics;
using System.IO;

namespace PSPairChat.Bench;

/// <summary>Compiles baseline.c and baseline_tls.c, the references that the other programs are compared with.</summary>
internal static class CBaseline
{
    private static readonly Lazy<string?> LazyProgram = new(() => Compile("baseline"));
    private static readonly Lazy<string?> LazyTlsProgram = new(() =>
        File.Exists("/usr/include/openssl/ssl.h") ? Compile("baseline_tls", "-lssl", "-lcrypto") : null);

    /// <summary>Gets the path of the program, or null if no C compiler is installed.</summary>
    public static string? Program => LazyProgram.Value;

    /// <summary>Gets the path of the program with OpenSSL, or null if no C compiler is installed or the headers of OpenSSL are not.</summary>
    public static string? TlsProgram => LazyTlsProgram.Value;

    private static string? Compile(string name, params string[] libraries)
    {
        var compiler = BenchmarkProcess.FindProgram("cc") ?? BenchmarkProcess.FindProgram("gcc") ?? BenchmarkProcess.FindProgram("clang");
        if (compiler is null)
            return null;
        var program = Path.Combine(AppContext.BaseDirectory, name);
        using var process = Process.Start(compiler, ["-O2", "-o", program, program + ".c", .. libraries]);
        process.WaitForExit();
        return process.ExitCode == 0 ? program : throw new InvalidOperationException($"Failed to compile {name}.c.");
    }
}
