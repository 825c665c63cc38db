namespace PSPairChat.Cmdlets;

/// <summary>The location of the online help.</summary>
internal static class HelpPages
{
    public const string Root = "https://github.com/PSPairChat/PSPairChat/blob/main/docs/";
}
