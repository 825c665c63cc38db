using System;
using System.Diagnostics;
using System.IO;

namespace PSPairChat.Bench;

/// <summary>Compiles baseline.c, the reference that the other programs are compared with.</summary>
internal static class CBaseline
{
    private static readonly Lazy<string?> LazyProgram = new(Compile);

    /// <summary>Gets the path of the program, or null if no C compiler is installed.</summary>
    public static string? Program => LazyProgram.Value;

    private static string? Compile()
    {
        var compiler = BenchmarkProcess.FindProgram("cc") ?? BenchmarkProcess.FindProgram("gcc") ?? BenchmarkProcess.FindProgram("clang");
        if (compiler is null)
            return null;
        var program = Path.Combine(AppContext.BaseDirectory, "baseline");
        using var process = Process.Start(compiler, ["-O2", "-o", program, Path.Combine(AppContext.BaseDirectory, "baseline.c")]);
        process.WaitForExit();
        return process.ExitCode == 0 ? program : throw new InvalidOperationException("Failed to compile baseline.c.");
    }
}
