using System;
using System.Diagnostics;
using System.IO;

namespace PSPairChat.Bench;

/// <summary>The reference: bare.c, compiled with the machine's compiler.</summary>
internal static class BareC
{
    private static readonly Lazy<string?> Built = new(Build);

    /// <summary>The program; null where there is no compiler.</summary>
    public static string? Program => Built.Value;

    private static string? Build()
    {
        var compiler = Peer.Which("cc") ?? Peer.Which("gcc") ?? Peer.Which("clang");
        if (compiler is null)
            return null;
        var program = Path.Combine(AppContext.BaseDirectory, "bare");
        using var compiling = Process.Start(compiler, ["-O2", "-o", program, Path.Combine(AppContext.BaseDirectory, "bare.c")]);
        compiling.WaitForExit();
        return compiling.ExitCode == 0 ? program : throw new InvalidOperationException("bare.c does not compile.");
    }
}
