namespace SsFer.Client;

/// <summary>A refusal: what is wrong and the cure.</summary>
public partial class ApiException<TResult>
{
    /// <summary>The problem's one line, where the endpoint told one.</summary>
    public override string Message => Result is ProblemDetails { Detail: { } detail } ? detail : base.Message;
}
