using System;
using System.IO;
using System.Linq;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>A test that requires a program, and is skipped if the program is not on the PATH.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NeedsToolFactAttribute : FactAttribute
{
    public NeedsToolFactAttribute(string tool)
    {
        Tool = tool;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        if (!folders.Any(f => File.Exists(Path.Combine(f, tool))))
            Skip = $"'{tool}' is not on the PATH.";
    }

    public string Tool { get; }
}
