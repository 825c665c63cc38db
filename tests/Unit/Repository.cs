using System;
using System.IO;

namespace PSPairChat.Unit;

/// <summary>Where the sources are.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Find(DirectoryInfo? folder) => folder is null ? throw new DirectoryNotFoundException("PSPairChat.psd1 is in no folder above the tests.")
        : File.Exists(Path.Combine(folder.FullName, "PSPairChat.psd1")) ? folder.FullName
        : Find(folder.Parent);
}
