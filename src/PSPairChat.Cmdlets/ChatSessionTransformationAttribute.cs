namespace PSPairChat.Cmdlets;

/// <summary>Converts the Id or the Name of an open session to the session.</summary>
internal sealed class ChatSessionTransformationAttribute : NameTransformationAttribute
{
    private protected override object? Find(object value) => SessionRegistry.Current.Find(value);
}
