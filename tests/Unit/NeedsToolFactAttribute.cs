using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>A test that requires programs, and is skipped if one of them is not on the PATH.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NeedsToolFactAttribute : FactAttribute
{
    public NeedsToolFactAttribute(params string[] tools)
    {
        Tools = tools;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        if (Array.Find(tools, tool => !folders.Any(f => File.Exists(Path.Combine(f, tool)))) is { } missing)
            Skip = $"'{missing}' is not on the PATH.";
    }

    public IReadOnlyList<string> Tools { get; }
}
