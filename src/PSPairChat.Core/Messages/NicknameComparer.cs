using System;
using System.Collections.Generic;

namespace PSPairChat.Messages;

/// <summary>Compares nicknames by their case folding, which is the same on every runtime.</summary>
internal sealed class NicknameComparer : IEqualityComparer<string>
{
    /// <summary>Gets the comparer.</summary>
    public static NicknameComparer Instance { get; } = new();

    /// <inheritdoc/>
    public bool Equals(string? x, string? y) => x == y || x is not null && y is not null && FoldCase(x) == FoldCase(y);

    /// <inheritdoc/>
    public int GetHashCode(string nickname) => StringComparer.Ordinal.GetHashCode(FoldCase(nickname));

    private static string FoldCase(string text) => UnicodeData.GetText(UnicodeData.FoldCase(UnicodeData.GetCodePoints(text)));
}
