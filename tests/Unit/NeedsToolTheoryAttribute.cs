using System;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>A theory that requires a program, and is skipped if the program is not on the PATH.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NeedsToolTheoryAttribute : TheoryAttribute
{
    public NeedsToolTheoryAttribute(string tool)
    {
        Tool = tool;
        Skip = new NeedsToolFactAttribute(tool).Skip;
    }

    public string Tool { get; }
}
