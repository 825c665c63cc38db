using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace PSPairChat.Unit;

/// <summary>Locates the files of the repository.</summary>
internal static class Repository
{
    /// <summary>Gets the full path of the root folder.</summary>
    public static string Root { get; } = FindRoot(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>Gets the full paths of the C# files in a folder under <c>src</c> and its subfolders, without generated files.</summary>
    /// <param name="folder">The folder, relative to <c>src</c>.</param>
    public static IEnumerable<string> GetSourceFiles(string folder = "") =>
        Directory.GetFiles(Path.Combine(Root, "src", folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    private static string FindRoot(DirectoryInfo? folder) => folder is null ? throw new DirectoryNotFoundException("No parent folder contains PSPairChat.psd1.")
        : File.Exists(Path.Combine(folder.FullName, "PSPairChat.psd1")) ? folder.FullName
        : FindRoot(folder.Parent);
}
