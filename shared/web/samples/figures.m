let
    Here = "{{ here }}",
    Token = Json.Document(Web.Contents(Here, [
        RelativePath = "issuer/token",
        Content = Text.ToBinary(Uri.BuildQueryString([
            grant_type = "client_credentials", client_id = Client, client_secret = Secret])),
        Headers = [#"Content-Type" = "application/x-www-form-urlencoded"]]))[access_token],
    Figure = Json.Document(Web.Contents(Here, [
        RelativePath = "metrics/measures/cla",
        Query = [by = "age_band"],
        Headers = [Authorization = "Bearer " & Token]])),
    Parts = Record.ToTable(Figure[cells]),
    Told = Table.ExpandRecordColumn(Parts, "Value", {"numerator", "denominator", "value"})
in
    Told
